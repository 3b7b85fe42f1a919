// Texts in Chinese: faults, and what to do about them.

export const faults = {
  faultBlocked: "未送达：对方屏蔽了你。对方取消屏蔽后再发送。",
  faultRole: "你在群里的角色不允许这样做。请联系群主或管理员。",
  faultNotMember: "你已不是这个群的成员。请管理员添加你。",
  faultRejected: "其中有不允许的词，没有人收到它。请修改后作为新消息发送。",
  faultHeld: "其中有需要审核的词，还没有人收到它；审核放行后就会送达。在终端里运行：make admin ARGS=\"held list --local\"",
  faultTooMany: "发送太快：服务器每秒接受十条消息。十秒后会自动重发。",
  faultTaken: "这个名字已被占用，请换一个。",
  faultHandOver: "群主不能直接离开，请先把群转让给别人。",
  faultState: "群的状态已经改变，无法完成。请关闭后重新查看。",
  faultTooOld: "已超过时限，或消息已被撤回。",
  faultReaders: "无法得知谁已读：已读回执已关闭、群太大，或消息已撤回。",
  faultName: "这不能作为名字。请用 1 到 64 个字母、数字或符号，不含空格。{why}",
  faultReplaced: "另一个窗口用这台设备登录了。请关闭那个窗口并刷新本页。",
  faultToken: "服务器不接受这台设备的令牌。如果重启过 make run，请刷新本页。",
  faultStore: "无法使用浏览器的数据库。请退出无痕模式或清理空间，然后刷新本页。{why}",
  faultOther: "没有成功：{why}",
};
